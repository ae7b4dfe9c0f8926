"""What to say of a model that cannot be one."""

from parhelion.errors import ModelFileError


def damaged(what: str) -> ModelFileError:
    return ModelFileError(f"the model is damaged or was altered: {what}; get the file again, or fit the model anew")
