"""aws, up to where it would send the request."""

import json
import os

FAKE = {
    "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
os.environ.clear()  # The CLI copies it for every command it knows.
os.environ.update(FAKE, PATH="/usr/bin:/bin", LC_ALL="C.UTF-8")
import awscli.clidriver  # which sets where its data is

from __main__ import Refused

STUBS = ["aws"]
# What scripts ask for, where the account is empty.
ANSWERS = {
    "describe-security-groups": "None\n",
    "describe-security-group-rules": "",
    "describe-vpcs": "vpc-0123456789abcdef0\n",
    "create-security-group": "sg-0123456789abcdef0\n",
}
SKELETON = ["--generate-cli-skeleton", "output"]


def aws(driver, args):
    if "--generate-cli-skeleton" not in args:
        args = [*args, *SKELETON]
    return driver.main(args)


# The description of EC2, 2 MB of JSON, and the commands made from it, once.
# A command as a whole would leave a thread, which forks lose with its locks.
driver = awscli.clidriver.create_clidriver()
driver.session.create_client("ec2")
driver._get_command_table()["ec2"]._get_command_table()


def prepare(texts):
    pass


class Machine:
    environment = FAKE

    def __init__(self, root):
        self.log = root.parent / "commands"
        self.log.touch()

    def program(self, argv):
        with self.log.open("a") as f:
            print(json.dumps(argv[1:]), file=f)
        return aws(driver, argv[1:])

    def forks(self, argv):
        return True  # What a command was told, the next would still know.

    def done(self, argv, status):
        pass

    def asks(self, argv, status):
        return False

    def says(self, argv, status, out):
        return out if status or "--generate-cli-skeleton" in argv else ANSWERS.get(argv[2] if len(argv) > 2 else "", "")

    def state(self):
        return ""

    def check(self):
        if not self.log.read_text():
            raise Refused("no aws command")
