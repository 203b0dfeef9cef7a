<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.credit_business.title) ?>
<?cs def:pair(legend, txn, day) ?><fieldset class="pair"><legend><?cs var:legend ?></legend><?cs call:field(txn) ?><?cs call:field(day) ?></fieldset><?cs /def ?>
<nav class="crumbs" aria-label="<?cs var:W.credit_business.where ?>"><a href="/console/credit/account?id=<?cs var:Account.Id ?>"><?cs var:Account.Owner ?></a></nav>
<h1><?cs var:W.credit_business.title ?></h1>
<p class="why"><?cs var:W.credit_business.about ?></p>
<dl class="facts"><?cs call:fact(W.account_owner, Account.Owner) ?><div><dt><?cs var:W.account_available ?></dt><dd>¥<?cs var:Account.Available ?></dd></div></dl>
<?cs set:action = "/console/credit/business?id=" + Account.Id ?><?cs set:back = "/console/credit/account?id=" + Account.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.seen) ?>
<?cs call:pair(W.credit_business.pay, Form.pay_txn, Form.pay_day) ?>
<?cs call:pair(W.credit_business.recharge, Form.recharge_txn, Form.recharge_day) ?>
<?cs call:pair(W.credit_business.open, Form.open_txn, Form.open_day) ?>
<?cs call:pair(W.credit_business.replace, Form.replace_txn, Form.replace_day) ?>
<?cs call:form_end(W.credit_business.go, back) ?>
<?cs call:page_end() ?>
