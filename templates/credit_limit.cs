<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.credit_limit.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.credit_limit.where ?>"><a href="/console/credit/account?id=<?cs var:Account.Id ?>"><?cs var:Account.Owner ?></a></nav>
<h1><?cs var:W.credit_limit.title ?></h1>
<p class="why"><?cs var:W.credit_limit.about ?> ¥<?cs var:Second ?></p>
<dl class="facts"><?cs call:fact(W.account_owner, Account.Owner) ?><div><dt><?cs var:W.account_limit ?></dt><dd>¥<?cs var:Account.Limit ?></dd></div><div><dt><?cs var:W.account_available ?></dt><dd>¥<?cs var:Account.Available ?></dd></div></dl>
<?cs set:action = "/console/credit/limit?id=" + Account.Id ?><?cs set:back = "/console/credit/account?id=" + Account.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.seen) ?>
<?cs call:field(Form.credit) ?>
<?cs call:field(Form.txn) ?>
<?cs call:field(Form.day) ?>
<?cs call:field(Form.reason) ?>
<?cs call:form_end(W.credit_limit.go, back) ?>
<?cs call:page_end() ?>
