"""Marketing systems and health in the console: what the processes say, the definition, a test query."""

import html
import re
import subprocess
import time

import pytest

import stack as stacks
from console import signed_in
from terminal import IN_DOUBT, Terminal, fresh, next_trace

TEST = "/console/system/test?name=sg186"


@pytest.fixture
def admin(stack):
    return signed_in(stack, "admin")


def reported(visitor, path, words):
    """Waits until a process has said how it is: the first time 10 s after its start."""
    def there():
        visitor.get(path)
        return words in visitor.text()
    stacks.wait_until(there, 60, f"{words} on {path}")


def test_processes_say_that_they_live(admin):
    reported(admin, "/console/health", "worker #")
    reported(admin, "/console/health", "terminal.fcgi #")
    text = admin.text()
    # Other tests kill processes of this platform: of those it says that nothing is heard any more.
    assert "console.fcgi #" in text and "运行" in text and "异常" not in text
    for fact in ("磁盘剩余", "数据库结构版本", "时钟", "OpenSSL", "libcurl"):
        assert fact in text, fact


def fact(visitor, name):
    """What health says of something, and how that is."""
    page = visitor.get("/console/health").text
    text, state = re.search(rf"<tr><td>{name}</td><td>(.*?)</td><td>(.*?)</td>", page).groups()
    return html.unescape(text), re.sub("<[^>]*>", "", state)


def test_health_tells_when_certificates_end(make_stack):
    own = make_stack()
    admin, manager = signed_in(own, "admin"), signed_in(own, "manager")
    text, state = fact(admin, "证书")
    assert "CN=localhost" in text and state == "正常" and "cert.pem" in text
    assert "证书即将到期" not in admin.get("/console/dashboard").text
    cert = own.home / "tls/cert.pem"
    was = cert.read_bytes()

    def made(days):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                        str(days), "-subj", "/CN=<b>soon", "-keyout", own.home / "tls/soon.pem", "-out", cert], check=True, capture_output=True)
    made(20)
    text, state = fact(admin, "证书")
    assert "CN=<b>soon" in text.replace("\\", "") and "剩余天数 19" in text and state == "请留意"
    assert "证书即将到期" in admin.get("/console/dashboard").text
    assert "证书即将到期" not in manager.get("/console/dashboard").text or manager.get("/console/health").status_code == 200
    said = own.gridtill("check", "config", check=False)
    assert said.returncode == 1 and "ends at" in said.stdout and "nginx -s reload" in said.stdout
    cert.write_text("no certificate")
    assert fact(admin, "证书")[1] == "异常"
    cert.write_bytes(was)
    assert own.gridtill("check", "config").returncode == 0


def test_health_tells_when_the_books_were_checked(make_stack):
    own = make_stack()
    admin = signed_in(own, "admin")
    stacks.wait_until(lambda: fact(admin, "账务核对.*?")[1] == "正常", 60, "the worker has the books checked")
    text, _ = fact(admin, "账务核对.*?")
    assert "差异 0" in text and "os:" in text
    assert "未核对" not in admin.get("/console/dashboard").text
    admin.get("/console/oplog?what=health.books")
    assert "核对账务" in admin.text() and "差异 0" in admin.text()
    own.sql("UPDATE gt_account SET deposit = deposit + 1")
    assert own.gridtill("check", "books", check=False).returncode == 1
    text, state = fact(admin, "账务核对.*?")
    assert state == "异常" and not re.search("差异 0 ", text)
    assert "gt_account" in fact(admin, "账务差异.*?")[0] and "the seal does not fit" in admin.text()
    assert "有差异" in admin.get("/console/dashboard").text
    own.sql("UPDATE gt_account SET deposit = deposit - 1")
    own.gridtill("check", "books")
    assert fact(admin, "账务核对.*?")[1] == "正常"


def test_a_system_shows_its_state_and_its_calls(terminal, admin):
    reported(admin, "/console/systems", "正常")
    terminal.recharge(fresh("remote"), "10.00", next_trace())
    reported(admin, "/console/system?name=sg186", "terminal.fcgi #")

    def called():
        admin.get("/console/system?name=sg186")
        return int(re.search(r"近一分钟调用</dt><dd>(\d+)", admin.page.text).group(1)) > 0
    stacks.wait_until(called, 60, "a call was counted")
    text = admin.text()
    for words in ("宽限时间", "按我方流水号查询", "1037", "11004", "未知"):
        assert words in text, words


def test_a_system_that_is_down_is_shown_as_shut(make_stack):
    own = make_stack()
    admin, till = signed_in(own, "admin"), Terminal(own)
    reported(admin, "/console/systems", "正常")
    own.fault("lost-request")
    for _ in range(8):
        till.recharge(fresh("remote"), "10.00", next_trace())
    stacks.wait_until(lambda: re.search(r">(部分)?熔断</span>", admin.get("/console/systems").text), 60, "it is shut")
    assert re.search(r"[1-9]\d*\.\d%", admin.text())
    own.fault("none")
    till.recharge(fresh("remote"), "10.00", next_trace())


def test_what_is_in_doubt_is_counted(terminal, admin):
    answer = terminal.recharge("3000009003", "10.00", next_trace())
    assert answer.ResultCode == IN_DOUBT
    row = re.search(r"sg186</a>.*?</tr>", admin.get("/console/systems").text, re.DOTALL).group(0)
    figures = re.findall(r'<td class="money">([^<]*)</td>', row)
    assert int(figures[-1]) >= 1 and re.search(r'class="time">\d{4}-', row)


def test_a_process_that_was_killed_falls_silent_and_one_that_ends_goes(make_stack):
    own = make_stack()
    admin = signed_in(own, "admin")
    reported(admin, "/console/health", "worker #")
    [(pid, seen)] = own.sql("SELECT pid, seen_at FROM gt_process WHERE name = 'worker'")
    own.kill("worker")
    stacks.wait_until(lambda: len(own.sql("SELECT id FROM gt_process WHERE name = 'worker'")) == 2, 60, "a new worker")
    stacks.wait_until(lambda: "失去联系" in admin.get("/console/health").text, 60, "the old one is silent")
    assert int(own.sql(f"SELECT seen_at FROM gt_process WHERE pid = {pid}")[0][0]) < time.time() * 1000 - 25000, seen
    stacks.wait_until(lambda: own.sql("SELECT id FROM gt_process WHERE name = 'terminal.fcgi'"), 60, "the handler's row")
    own.restart("terminal")
    assert own.sql("SELECT id FROM gt_process WHERE name = 'terminal.fcgi'") == []


def test_a_query_asks_the_system_itself(stack, admin):
    customer = fresh("remote")
    admin.get(TEST)
    admin.post(TEST, customer_no=customer)
    text = admin.text()
    assert "成功" in text and customer in text and re.search(r"用时 \d+ ms", text)
    admin.post(TEST, customer_no="3999999999")
    assert "对方拒绝" in admin.text() and "1004" in admin.text()
    admin.post(TEST, customer_no="")
    assert "请填写此项" in admin.text()
    [(detail,)] = stack.sql(f"SELECT detail FROM gt_oplog WHERE what = 'system.test' AND detail = '{customer}'")
    assert detail == customer


def test_an_unknown_system_is_not_there(admin):
    for path in ("/console/system?name=none", "/console/system/test?name=none", "/console/system?name=sg186%27"):
        assert admin.get(path).status_code == 404
    admin.get("/console/account")
    assert admin.post("/console/system/test?name=none", customer_no="1").status_code == 404


def test_who_only_looks_does_not_test(stack):
    rights = {name for (name,) in stack.sql("SELECT code FROM gt_role")}
    assert "manager" in rights
    manager = signed_in(stack, "manager")
    if manager.get("/console/systems").status_code == 200:
        page = manager.get("/console/system?name=sg186").text
        assert ("测试查询" in page) == (manager.get(TEST).status_code == 200)
