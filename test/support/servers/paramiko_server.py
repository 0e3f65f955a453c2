"""paramiko as an SFTP server over a folder: a rename replaces what is there, and no extension is offered. With a mode, also
a habit of servers that no test can have.

plain              as paramiko's own example
no-attributes      attributes come without permissions
locks-open-files   a file that is open is not renamed or removed, and names ignore case, as on Windows
scans-new-files    a file that was written is renamed and removed two seconds after it was closed, not before
few-handles        no more than eight files are open at once
late-status-codes  10 (no such path), 11 (already there), 14 (no space) and 15 (quota) instead of 2 and 4
"""
import argparse
import errno
import logging
import os
import socket
import threading
import time

import paramiko
from paramiko.sftp import SFTP_DESC, SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK

NO_SUCH_PATH, ALREADY_THERE, NO_SPACE, QUOTA = 10, 11, 14, 15
# paramiko looks up the words of each code that it sends.
SFTP_DESC.extend(f"status {code}" for code in range(len(SFTP_DESC), 22))

parser = argparse.ArgumentParser()
for option in ("port", "host-key", "authorized-keys", "user", "password", "root", "mode"):
    parser.add_argument(f"--{option}", required=True)
given = parser.parse_args()
with open(given.authorized_keys) as lines:
    keys = {line.split()[1] for line in lines if line.strip()}

lock = threading.RLock()
open_counts = {}
scanned_at = {}
SCAN_SECONDS, FEW = 2, 8


class Door(paramiko.ServerInterface):
    def check_auth_password(self, username, password):
        right = (username, password) == (given.user, given.password)
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username, key):
        right = username == given.user and key.get_base64() in keys
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username):
        return "password,publickey"


def refusal(error):
    if given.mode == "late-status-codes":
        if error.errno == errno.ENOENT:
            has_folder = os.path.isdir(os.path.dirname(error.filename or "/"))
            return SFTP_NO_SUCH_FILE if has_folder else NO_SUCH_PATH
        late = {errno.EEXIST: ALREADY_THERE, errno.ENOSPC: NO_SPACE, errno.EDQUOT: QUOTA}
        if error.errno in late:
            return late[error.errno]
    return paramiko.SFTPServer.convert_errno(error.errno)


def answering(operation):
    """A refused operation answers its status code."""

    def answer(*args):
        try:
            result = operation(*args)
            return SFTP_OK if result is None else result
        except OSError as error:
            return refusal(error)

    return answer


def attributes(stat, name=None):
    found = paramiko.SFTPAttributes.from_stat(stat, name)
    if given.mode == "no-attributes":
        found.st_mode = None
    return found


class Handle(paramiko.SFTPHandle):
    def __init__(self, flags, path, descriptor):
        super().__init__(flags)
        self._path = path
        self._descriptor = descriptor
        with lock:
            open_counts[path] = open_counts.get(path, 0) + 1

    @answering
    def read(self, offset, length):
        return os.pread(self._descriptor, length, offset)

    @answering
    def write(self, offset, data):
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._descriptor, rest, offset)
            rest, offset = rest[written:], offset + written

    @answering
    def stat(self):
        return attributes(os.fstat(self._descriptor))

    def chattr(self, attr):
        return SFTP_OK

    def close(self):
        written = os.fstat(self._descriptor).st_size > 0 and self._SFTPHandle__flags & os.O_WRONLY
        os.close(self._descriptor)
        with lock:
            open_counts[self._path] -= 1
            if written:
                scanned_at[self._path] = time.monotonic() + SCAN_SECONDS


class Files(paramiko.SFTPServerInterface):
    def _real(self, path):
        found = given.root
        for part in self.canonicalize(path).strip("/").split("/"):
            if given.mode == "locks-open-files" and os.path.isdir(found):
                part = next((name for name in os.listdir(found) if name.lower() == part.lower()), part)
            found = os.path.join(found, part)
        return found

    def _is_locked(self, path):
        if given.mode == "scans-new-files":
            return time.monotonic() < scanned_at.get(path, 0)
        return given.mode == "locks-open-files" and open_counts.get(path, 0) > 0

    @answering
    def list_folder(self, path):
        folder = self._real(path)
        return [attributes(os.lstat(os.path.join(folder, name)), name) for name in os.listdir(folder)]

    @answering
    def stat(self, path):
        return attributes(os.stat(self._real(path)))

    @answering
    def lstat(self, path):
        return attributes(os.lstat(self._real(path)))

    @answering
    def open(self, path, flags, attr):
        real = self._real(path)
        if given.mode == "few-handles" and sum(open_counts.values()) >= FEW:
            return SFTP_FAILURE
        return Handle(flags, real, os.open(real, flags, 0o666))

    @answering
    def remove(self, path):
        real = self._real(path)
        if self._is_locked(real):
            return SFTP_FAILURE
        os.remove(real)

    @answering
    def rename(self, oldpath, newpath):
        old, new = self._real(oldpath), self._real(newpath)
        if self._is_locked(old) or self._is_locked(new):
            return SFTP_FAILURE
        if os.path.lexists(new) and given.mode == "late-status-codes":
            return ALREADY_THERE
        if os.path.lexists(new) and given.mode in ("locks-open-files", "scans-new-files"):
            return SFTP_FAILURE
        os.rename(old, new)

    @answering
    def mkdir(self, path, attr):
        os.mkdir(self._real(path))

    @answering
    def rmdir(self, path):
        os.rmdir(self._real(path))

    def chattr(self, path, attr):
        return SFTP_OK


def serve(connection):
    transport = paramiko.Transport(connection)
    transport.add_server_key(paramiko.RSAKey.from_private_key_file(given.host_key))
    transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
    try:
        transport.start_server(server=Door())
    except (EOFError, OSError, paramiko.SSHException) as error:
        logging.info("no session: %s", error)
        return
    # A channel that nothing refers to is closed.
    channels = []
    while transport.is_active():
        channels.append(transport.accept(1))


logging.basicConfig(level=logging.INFO)
with socket.socket() as listening:
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", int(given.port)))
    listening.listen(50)
    while True:
        accepted, _ = listening.accept()
        threading.Thread(target=serve, args=(accepted,), daemon=True).start()
