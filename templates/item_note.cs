<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.item_note.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.item_note.where ?>"><a href="/console/items"><?cs var:W.item_note.all ?></a> / <a class="number" href="/console/item?id=<?cs var:Item.Id ?>"><?cs var:Item.Id ?></a></nav>
<h1><?cs var:W.item_note.title ?> <?cs call:state(Item.State.Kind, Item.State.Word) ?></h1>
<dl class="facts">
<?cs call:fact(W.item_note.class, Item.Class) ?>
<?cs if:Item.System ?><div><dt><?cs var:W.item_note.system ?></dt><dd class="number"><?cs var:Item.System ?></dd></div><?cs /if ?>
<?cs call:fact(W.item_note.date, Item.Date) ?>
<?cs call:figure(W.item_note.ours, Item.Ours) ?>
<?cs call:figure(W.item_note.theirs, Item.Theirs) ?>
</dl>
<?cs call:form_begin("/console/item/note?id=" + Item.Id) ?>
<?cs call:field(Form.note) ?>
<?cs call:form_end(W.item_note.go, "/console/item?id=" + Item.Id) ?>
<?cs call:page_end() ?>
