<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.org_move.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.org_move.which ?>"><a href="/console/org?id=<?cs var:Org.Id ?>"><?cs var:Org.Name ?></a></nav>
<h1><?cs var:W.org_move.title ?></h1>
<p class="question"><?cs var:W.org_move.question ?></p>
<dl class="facts"><?cs call:fact(W.org_move.which, Org.Name) ?><?cs call:fact(W.org_move.from, Org.Above) ?><?cs call:hindrances() ?></dl>
<?cs if:Open.Txns || Open.Shifts || Open.Slips || Open.Batches || Open.Unremitted || Open.Safe ?><p class="alert alert-warning"><?cs var:W.org_move.hindered ?></p><?cs /if ?>
<?cs set:action = "/console/org/move?id=" + Org.Id ?><?cs set:back = "/console/org?id=" + Org.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.to) ?>
<?cs call:form_end(W.org_move.go, back) ?>
<?cs call:page_end() ?>
