<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.slip_receive.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.slip_receive.where ?>"><a href="/console/remit"><?cs var:W.slip_receive.all ?></a> / <a class="number" href="/console/remit/slip?id=<?cs var:Slip.Id ?>"><?cs var:Slip.Name ?></a></nav>
<h1><?cs var:W.slip_receive.title ?> <?cs call:state(Slip.State.Kind, Slip.State.Word) ?></h1>
<dl class="facts">
<div><dt><?cs var:W.slip_receive.slip ?></dt><dd><?cs call:number(Slip.Name) ?></dd></div>
<?cs call:fact(W.slip_receive.owner, Slip.Owner) ?>
<?cs call:fact(W.slip_receive.to, Slip.To) ?>
<div><dt><?cs var:W.slip_receive.sum ?></dt><dd><strong>¥<?cs var:Slip.Amount ?></strong></dd></div>
</dl>
<p class="question"><?cs var:W.slip_receive.question ?></p>
<?cs call:form_begin("/console/remit/receive?id=" + Slip.Id) ?>
<?cs call:form_end(W.slip_receive.go, "/console/remit/slip?id=" + Slip.Id) ?>
<?cs call:page_end() ?>
