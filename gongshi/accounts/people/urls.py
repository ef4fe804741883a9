"""Addresses of people, below /office/ and within the accounts' name space."""

from django.urls import path

from gongshi.accounts.people import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new", views.new, name="new-person"),
    path("people/<int:key>/", views.person, name="person"),
    path("people/<int:key>/give", views.give, name="give-role"),
    path("people/<int:key>/password", views.password, name="give-password"),
    path("people/<int:key>/factors", views.take_factors, name="take-factors"),
    path("people/<int:key>/end", views.end, name="end-person"),
    path("people/<int:key>/resume", views.resume, name="resume-person"),
    path("roles/<int:key>/take", views.take, name="take-role"),
]
