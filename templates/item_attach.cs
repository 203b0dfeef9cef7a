<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.item_attach.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.item_attach.where ?>"><a href="/console/items"><?cs var:W.item_attach.all ?></a> / <a class="number" href="/console/item?id=<?cs var:Item.Id ?>"><?cs var:Item.Id ?></a></nav>
<h1><?cs var:W.item_attach.title ?> <?cs call:state(Item.State.Kind, Item.State.Word) ?></h1>
<dl class="facts">
<?cs call:fact(W.item_attach.class, Item.Class) ?>
<?cs if:Item.System ?><div><dt><?cs var:W.item_attach.system ?></dt><dd class="number"><?cs var:Item.System ?></dd></div><?cs /if ?>
<?cs call:fact(W.item_attach.date, Item.Date) ?>
<?cs call:figure(W.item_attach.ours, Item.Ours) ?>
<?cs call:figure(W.item_attach.theirs, Item.Theirs) ?>
</dl>
<?cs call:form_begin_file("/console/item/attach?id=" + Item.Id) ?>
<?cs call:attach_field(W.item_attach.file, W.item_attach.file_help) ?>
<?cs call:form_end(W.item_attach.go, "/console/item?id=" + Item.Id) ?>
<?cs call:page_end() ?>
