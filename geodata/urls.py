from django.urls import URLPattern, URLResolver

app_name = "geodata"
urlpatterns: list[URLPattern | URLResolver] = []
