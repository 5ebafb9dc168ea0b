"""Files are written whole or not at all, and nothing but a file is ever replaced by one."""

import os
import stat
import sys
import threading

import pytest

from gym_push.files import check_writable, parts, whole_file, write_whole

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, modes and devices of POSIX")


@pytest.fixture
def null(tmp_path):
    """A device that takes everything, in a folder of its own; None where none can be made."""
    path = tmp_path / "null"
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        path.write_bytes(b"tried")  # a folder may be mounted without devices
    except OSError:
        return None
    return path


@posix
def test_a_device_is_written_to_and_stays_one(null):
    if null is None:
        pytest.skip("devices cannot be made here; the pipe is tried in any case")
    before = null.stat()
    write_whole(null, "text")
    assert (null.stat().st_ino, null.stat().st_mode) == (before.st_ino, before.st_mode)
    assert stat.S_ISCHR(null.stat().st_mode)
    assert [path.name for path in null.parent.iterdir()] == ["null"]


@posix
def test_a_pipe_is_written_to_when_all_is_there(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    with pytest.raises(RuntimeError), whole_file(pipe) as file:
        file.write(b"half")  # nobody reads: to write to the pipe now would wait for ever
        raise RuntimeError
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, "text")
    reader.join(60)
    assert read == [b"text"] and stat.S_ISFIFO(pipe.stat().st_mode)


@posix
@pytest.mark.parametrize("there", [True, False])
def test_links_are_followed(tmp_path, there):
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "target", tmp_path / "link"
    if there:
        target.write_text("before")
    link.symlink_to(os.path.join("folder", "target"))
    check_writable(link)
    write_whole(link, "text")
    assert link.is_symlink() and not target.is_symlink() and target.read_text() == "text"


@posix
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o755])
def test_the_mode_of_a_file_is_kept(tmp_path, mode):
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)
    with whole_file(path) as file:
        assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == mode, "also while it is written"
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_new_file_has_the_mode_that_new_files_have(tmp_path):
    write_whole(tmp_path / "ours", "text")
    (tmp_path / "theirs").touch()
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives away")
def test_root_leaves_a_file_to_its_owner(tmp_path):
    path = tmp_path / "file"
    path.touch()
    os.chown(path, 12345, 12346)
    write_whole(path, "text")
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 12346)


def test_nobody_can_guess_the_name_of_what_is_not_whole_yet(tmp_path):
    names = []
    for _ in range(2):
        with whole_file(tmp_path / "file"):
            (part,) = parts(tmp_path)
            names.append(part.name)
    assert names[0] != names[1] and parts(tmp_path) == []


def test_the_longest_name_can_be_written(tmp_path):
    path = tmp_path / ("x" * os.pathconf(tmp_path, "PC_NAME_MAX"))
    write_whole(path, "text")
    assert path.read_text() == "text"


IMPOSSIBLE = {
    "": "it is not the name of a file",
    "new/": "it is not the name of a file",
    "folder": "it is a folder; name a file in it",
    "no/file": "there is no folder no; make it first",
    "file/file": "there is no folder file; make it first",
    "x" * 300: "File name too long",
}


@posix
@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_a_file_is_told_before_the_work(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for attempt in (check_writable, lambda path: whole_file(path).__enter__()):
        with pytest.raises(OSError) as caught:
            attempt(name)
        assert caught.value.strerror == IMPOSSIBLE[name]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no folder that even root cannot use")
def test_a_folder_that_takes_no_files_is_told_before_the_work():
    with pytest.raises(OSError, match="nothing can be in /proc"):
        check_writable("/proc/file")


@posix
def test_another_name_of_a_file_keeps_what_was_in_it(tmp_path):
    path, other = tmp_path / "file", tmp_path / "other"
    path.write_text("before")
    os.link(path, other)
    write_whole(path, "text")
    assert (path.read_text(), other.read_text()) == ("text", "before")
