"""Addresses of units, below /office/ and within the accounts' name space."""

from django.urls import path

from gongshi.accounts.units import views

urlpatterns = [
    path("units/", views.units, name="units"),
    path("units/<slug:code>/", views.unit, name="unit"),
    path("units/<slug:code>/edit", views.edit, name="edit-unit"),
    path("units/<slug:code>/add", views.add, name="add-unit"),
    path("units/<slug:code>/responsible", views.responsible, name="responsible"),
]
