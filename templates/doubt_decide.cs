<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.doubt_decide.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.doubt_decide.crumbs ?>"><a href="/console/doubts"><?cs var:W.doubt_decide.back ?></a> / <a class="number" href="/console/txn?id=<?cs var:Txn.Id ?>"><?cs var:Txn.Number ?></a></nav>
<h1><?cs var:W.doubt_decide.title ?> <?cs call:state(Txn.State.Kind, Txn.State.Word) ?></h1>
<dl class="facts">
<div><dt><?cs var:W.doubt_decide.number ?></dt><dd><?cs call:number(Txn.Number) ?></dd></div>
<div><dt><?cs var:W.doubt_decide.customer ?></dt><dd><span class="number"><?cs var:Txn.Customer ?></span> <?cs var:Txn.Name ?></dd></div>
<div><dt><?cs var:W.doubt_decide.sum ?></dt><dd><strong>¥<?cs var:Txn.Amount ?></strong></dd></div>
<?cs call:fact(W.doubt_decide.system, Txn.System) ?>
</dl>
<?cs if:Open ?><p class="question"><?cs var:W.doubt_decide.question ?></p>
<?cs call:form_begin("/console/doubt/decide?id=" + Txn.Id) ?>
<?cs call:field(Form.posted) ?>
<?cs call:field(Form.amount) ?>
<?cs call:field(Form.reason) ?>
<?cs call:form_end(W.doubt_decide.go, "/console/txn?id=" + Txn.Id) ?>
<?cs elif:Waits ?><p class="question" role="status"><?cs var:W.doubt_decide.waits ?></p>
<?cs else ?><p class="question" role="status"><?cs var:W.doubt_decide.over ?></p><?cs /if ?>
<?cs call:page_end() ?>
