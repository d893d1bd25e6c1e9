"""User models that sites have; ``TEST_USER_MODEL`` makes one the user of a run."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Manager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(**{self.model.USERNAME_FIELD: username})


class EmailUser(AbstractBaseUser):
    """An e-mail address for a name, and no other name."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects = Manager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"


class BareUser(AbstractBaseUser):
    """A UUID, a short handle and a photo; no e-mail, permissions or is_active."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    handle = models.CharField(max_length=12, unique=True)
    photo = models.FileField()

    objects = Manager()
    USERNAME_FIELD = "handle"


class UniqueEmailUser(AbstractBaseUser):
    """A username, and an e-mail address that must be unique."""

    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=5)

    objects = Manager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"


class DemandingUser(AbstractBaseUser):
    """A required field that no claim fills."""

    username = models.CharField(max_length=150, unique=True)
    born = models.DateField("date of birth")

    objects = Manager()
    USERNAME_FIELD = "username"


class ProfileUser(AbstractBaseUser):
    """A field of every kind that a claim may fill."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    username = models.CharField(max_length=150, unique=True)
    mail = models.EmailField(unique=True, null=True, blank=True)
    nickname = models.CharField(max_length=12, default="nobody")
    phone = models.CharField(max_length=20, unique=True, null=True, blank=True)
    born = models.DateField(null=True)
    met_at = models.DateTimeField(null=True)
    is_member = models.BooleanField(default=False)
    books = models.IntegerField(default=0)
    weight = models.FloatField(null=True)
    rating = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    website = models.URLField(max_length=40, blank=True)
    plan = models.CharField(
        max_length=4, choices=[("free", "Free"), ("gold", "Gold")], default="free"
    )
    about = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    photo = models.FileField(blank=True)
    mentor = models.ForeignKey("self", models.SET_NULL, null=True)

    objects = Manager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "mail"
