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
    born = models.DateField()

    objects = Manager()
    USERNAME_FIELD = "username"
