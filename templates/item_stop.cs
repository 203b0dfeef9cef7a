<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.item_stop.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.item_stop.where ?>"><a href="/console/items"><?cs var:W.item_stop.all ?></a> / <a class="number" href="/console/item?id=<?cs var:Item.Id ?>"><?cs var:Item.Id ?></a></nav>
<h1><?cs var:W.item_stop.title ?> <?cs call:state(Item.State.Kind, Item.State.Word) ?></h1>
<dl class="facts">
<?cs call:fact(W.item_stop.class, Item.Class) ?>
<?cs if:Item.System ?><div><dt><?cs var:W.item_stop.system ?></dt><dd class="number"><?cs var:Item.System ?></dd></div><?cs /if ?>
<?cs call:fact(W.item_stop.date, Item.Date) ?>
<?cs call:figure(W.item_stop.ours, Item.Ours) ?>
<?cs call:figure(W.item_stop.theirs, Item.Theirs) ?>
</dl>
<?cs call:form_begin("/console/item/stop?id=" + Item.Id) ?>
<?cs call:field(Form.reason) ?>
<?cs call:form_end(W.item_stop.go, "/console/item?id=" + Item.Id) ?>
<?cs call:page_end() ?>
