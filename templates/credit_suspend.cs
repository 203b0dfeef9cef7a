<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.credit_suspend.name) ?>
<nav class="crumbs" aria-label="<?cs var:W.credit_suspend.where ?>"><a href="/console/credit/account?id=<?cs var:Account.Id ?>"><?cs var:Account.Owner ?></a></nav>
<h1><?cs if:Account.Suspended ?><?cs var:W.credit_suspend.title_on ?><?cs else ?><?cs var:W.credit_suspend.title_off ?><?cs /if ?></h1>
<p class="question"><?cs if:Account.Suspended ?><?cs var:W.credit_suspend.question_on ?><?cs else ?><?cs var:W.credit_suspend.question_off ?><?cs /if ?></p>
<dl class="facts"><?cs call:fact(W.account_owner, Account.Owner) ?><div><dt><?cs var:W.account_limit ?></dt><dd>¥<?cs var:Account.Limit ?></dd></div><div><dt><?cs var:W.account_available ?></dt><dd>¥<?cs var:Account.Available ?></dd></div></dl>
<?cs set:action = "/console/credit/suspend?id=" + Account.Id ?><?cs set:back = "/console/credit/account?id=" + Account.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.suspend) ?>
<?cs call:field(Form.reason) ?>
<?cs if:Account.Suspended ?><?cs call:form_end(W.credit_suspend.go_on, back) ?><?cs else ?><?cs call:form_end_danger(W.credit_suspend.go_off, back) ?><?cs /if ?>
<?cs call:page_end() ?>
