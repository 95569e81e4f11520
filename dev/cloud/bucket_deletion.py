"""A stack that is deleted leaves its buckets that are not empty, as CloudFormation does.

MiniStack's CloudFormation takes a bucket away with all that is in it, locked or not. AWS's deletes a bucket as anybody
would, by S3's DeleteBucket, which refuses one that is not empty: the stack ends in DELETE_FAILED and keeps it.
"""


def install() -> None:
    """Puts S3's own answer where MiniStack's CloudFormation deletes a bucket."""
    from ministack.services import s3
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    take_away = handlers["delete"]

    def delete(physical_id, props):
        status, _, _ = s3._delete_bucket(physical_id)
        if status == 409:
            raise ValueError("The bucket you tried to delete is not empty (Service: S3, Status Code: 409)")
        take_away(physical_id, props)

    handlers["delete"] = delete
