"""The one filter object: the same names and meaning in every URL that shows submissions.

`form` reads it, `fields` are the values that need reading, `meaning` says which submissions are
meant, `writing` writes it in its one form, `names` documents the parameters.
"""

from reports.filters.form import SubmissionFilter
from reports.filters.names import Parameter, openapi_parameters, parameters

__all__ = ["Parameter", "SubmissionFilter", "openapi_parameters", "parameters"]
