from django.db import migrations, models

# What was read before kept its folders as one text; a name with " / " in it cannot be told apart.
_PATHS = """
    UPDATE layers_overlayfeature SET path = to_jsonb(string_to_array(folder, ' / '))
    WHERE folder <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0002_name_on_the_map")]

    operations = [
        migrations.CreateModel(
            name="OverlayIcon",
            fields=[
                (
                    "sha256",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("png", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="overlayimport",
            name="title",
            field=models.CharField(
                blank=True, help_text="What the file calls itself.", max_length=300
            ),
        ),
        migrations.AddField(
            model_name="overlayimport",
            name="fields",
            field=models.JSONField(
                default=list,
                help_text="Every field that occurs, in order: name, type, label, is_list.",
            ),
        ),
        migrations.AddField(
            model_name="overlayimport",
            name="swap_axes",
            field=models.BooleanField(
                default=False, help_text="Read with longitude and latitude exchanged."
            ),
        ),
        migrations.AddField(
            model_name="overlayfeature",
            name="path",
            field=models.JSONField(
                default=list, help_text="Names of its folders, the outermost first."
            ),
        ),
        migrations.AddField(
            model_name="overlayfeature",
            name="begin",
            field=models.CharField(
                blank=True,
                help_text="When it begins, as the file writes it (ISO 8601, may be a year only).",
                max_length=40,
            ),
        ),
        migrations.AddField(
            model_name="overlayfeature",
            name="end",
            field=models.CharField(
                blank=True, help_text="When it ends; as `begin` for one moment.", max_length=40
            ),
        ),
        migrations.AlterField(
            model_name="overlayfeature",
            name="fields",
            field=models.JSONField(
                default=dict, help_text="ExtendedData as name → text, number, truth or a list."
            ),
        ),
        migrations.AlterField(
            model_name="overlayfeature",
            name="style",
            field=models.JSONField(
                default=dict,
                help_text="stroke, stroke_opacity, stroke_width, fill, fill_opacity, icon (of an"
                " OverlayIcon), icon_scale, label_scale as the file gives.",
            ),
        ),
        migrations.RunSQL(_PATHS, migrations.RunSQL.noop),
    ]
