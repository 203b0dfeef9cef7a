<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.slip_attach.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.slip_attach.where ?>"><a href="/console/remit"><?cs var:W.slip_attach.all ?></a> / <a class="number" href="/console/remit/slip?id=<?cs var:Slip.Id ?>"><?cs var:Slip.Name ?></a></nav>
<h1><?cs var:W.slip_attach.title ?> <?cs call:state(Slip.State.Kind, Slip.State.Word) ?></h1>
<dl class="facts">
<div><dt><?cs var:W.slip_attach.slip ?></dt><dd><?cs call:number(Slip.Name) ?></dd></div>
<?cs call:fact(W.slip_attach.owner, Slip.Owner) ?>
<?cs call:fact(W.slip_attach.to, Slip.To) ?>
<div><dt><?cs var:W.slip_attach.sum ?></dt><dd><strong>¥<?cs var:Slip.Amount ?></strong></dd></div>
</dl>
<?cs call:form_begin_file("/console/remit/attach?id=" + Slip.Id) ?>
<?cs call:attach_field(W.slip_attach.file, W.slip_attach.file_help) ?>
<?cs call:form_end(W.slip_attach.go, "/console/remit/slip?id=" + Slip.Id) ?>
<?cs call:page_end() ?>
