"""A stack that is deleted or rolled back leaves what its service refuses to delete, as CloudFormation does.

MiniStack's CloudFormation takes a bucket away with all that is in it, locked or not, and a table that is protected. AWS's
deletes both as anybody would: S3's DeleteBucket refuses a bucket that is not empty, DynamoDB's DeleteTable a table with
deletion protection. The stack ends in DELETE_FAILED or ROLLBACK_FAILED and keeps them.
"""


def install() -> None:
    """Puts the services' own answers where MiniStack's CloudFormation deletes."""
    from ministack.services import dynamodb, s3
    from ministack.services.cloudformation import provisioners

    def refuse_full_bucket(name):
        status, _, _ = s3._delete_bucket(name)
        if status == 409:
            raise ValueError("The bucket you tried to delete is not empty (Service: S3, Status Code: 409)")

    def refuse_protected_table(name):
        if (dynamodb._tables.get(name) or {}).get("DeletionProtectionEnabled"):
            raise ValueError(
                "Resource cannot be deleted as it is currently protected against deletion. "
                "Disable deletion protection first. (Service: DynamoDb, Status Code: 400)"
            )

    _before("AWS::S3::Bucket", refuse_full_bucket, provisioners)
    _before("AWS::DynamoDB::Table", refuse_protected_table, provisioners)


def _before(resource_type: str, refuse, provisioners) -> None:
    handlers = provisioners._RESOURCE_HANDLERS[resource_type]
    take_away = handlers["delete"]

    def delete(physical_id, props):
        refuse(physical_id)
        take_away(physical_id, props)

    handlers["delete"] = delete
