"""asyncssh's SFTP server over a folder, as it is or with a habit of servers that no test can have.

plain          as it comes
one-way-opens  a file is opened for reading or for writing, not for both (AWS Transfer, Azure: status 8)
small-writes   a write of more than 100 KB is refused, under the name of Windows' OpenSSH before 9
one-time-code  after the password a code is asked for
"""
import argparse
import asyncio
import logging

import asyncssh

LARGEST_WRITE = 100_000

parser = argparse.ArgumentParser()
for option in ("port", "host-key", "authorized-keys", "user", "password", "root", "mode"):
    parser.add_argument(f"--{option}", required=True)
given = parser.parse_args()


class Files(asyncssh.SFTPServer):
    def __init__(self, channel):
        super().__init__(channel, chroot=given.root)

    def open(self, path, pflags, attrs):
        if given.mode == "one-way-opens" and pflags & asyncssh.FXF_READ and pflags & asyncssh.FXF_WRITE:
            raise asyncssh.SFTPOpUnsupported("Cannot open file in mode: CREATE|READ|WRITE")
        return super().open(path, pflags, attrs)

    def write(self, file_obj, offset, data):
        if given.mode == "small-writes" and len(data) > LARGEST_WRITE:
            raise asyncssh.SFTPFailure("Failure")
        return super().write(file_obj, offset, data)


class Door(asyncssh.SSHServer):
    def connection_made(self, connection):
        self._connection = connection
        self._codes_asked = 0

    def begin_auth(self, username):
        self._connection.set_authorized_keys(given.authorized_keys)
        return True

    def password_auth_supported(self):
        return given.mode != "one-time-code"

    def public_key_auth_supported(self):
        return given.mode != "one-time-code"

    def validate_password(self, username, password):
        return (username, password) == (given.user, given.password)

    def kbdint_auth_supported(self):
        return given.mode == "one-time-code"

    def get_kbdint_challenge(self, username, lang, submethods):
        self._has_password = False
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username, responses):
        if self._has_password:
            return list(responses) == ["123456"]
        if list(responses) != [given.password]:
            return False
        self._has_password = True
        return "", "", "", [("Verification code: ", False)]


async def main():
    logging.basicConfig(level=logging.INFO)
    asyncssh.set_log_level("INFO")
    version = {"server_version": "OpenSSH_for_Windows_8.1"} if given.mode == "small-writes" else {}
    await asyncssh.create_server(
        Door, "127.0.0.1", int(given.port), server_host_keys=[given.host_key], sftp_factory=Files, **version
    )
    await asyncio.Event().wait()


asyncio.run(main())
