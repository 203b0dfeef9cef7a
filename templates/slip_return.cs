<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.slip_return.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.slip_return.where ?>"><a href="/console/remit"><?cs var:W.slip_return.all ?></a> / <a class="number" href="/console/remit/slip?id=<?cs var:Slip.Id ?>"><?cs var:Slip.Name ?></a></nav>
<h1><?cs var:W.slip_return.title ?> <?cs call:state(Slip.State.Kind, Slip.State.Word) ?></h1>
<dl class="facts">
<div><dt><?cs var:W.slip_return.slip ?></dt><dd><?cs call:number(Slip.Name) ?></dd></div>
<?cs call:fact(W.slip_return.owner, Slip.Owner) ?>
<?cs call:fact(W.slip_return.to, Slip.To) ?>
<div><dt><?cs var:W.slip_return.sum ?></dt><dd><strong>¥<?cs var:Slip.Amount ?></strong></dd></div>
</dl>
<p class="question"><?cs var:W.slip_return.question ?></p>
<?cs call:form_begin("/console/remit/return?id=" + Slip.Id) ?>
<?cs call:field(Form.reason) ?>
<?cs call:form_end_danger(W.slip_return.go, "/console/remit/slip?id=" + Slip.Id) ?>
<?cs call:page_end() ?>
