<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.credit_deposit.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.credit_deposit.where ?>"><a href="/console/credit/account?id=<?cs var:Account.Id ?>"><?cs var:Account.Owner ?></a></nav>
<h1><?cs var:W.credit_deposit.title ?></h1>
<p class="why"><?cs var:W.credit_deposit.about ?></p>
<dl class="facts"><?cs call:fact(W.account_owner, Account.Owner) ?><div><dt><?cs var:W.account_limit ?></dt><dd>¥<?cs var:Account.Limit ?></dd></div><div><dt><?cs var:W.account_available ?></dt><dd>¥<?cs var:Account.Available ?></dd></div></dl>
<?cs set:action = "/console/credit/deposit?id=" + Account.Id ?><?cs set:back = "/console/credit/account?id=" + Account.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.amount) ?>
<?cs call:field(Form.reason) ?>
<?cs call:form_end(W.credit_deposit.go, back) ?>
<?cs call:page_end() ?>
