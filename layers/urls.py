from django.urls import URLPattern, URLResolver

app_name = "layers"
urlpatterns: list[URLPattern | URLResolver] = []
