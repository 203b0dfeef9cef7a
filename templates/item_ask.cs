<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Step.Label) ?>
<nav class="crumbs" aria-label="<?cs var:W.item_ask.where ?>"><a href="/console/items"><?cs var:W.item_ask.all ?></a> / <a class="number" href="/console/item?id=<?cs var:Item.Id ?>"><?cs var:Item.Id ?></a></nav>
<h1><?cs var:Step.Label ?> <?cs call:state(Item.State.Kind, Item.State.Word) ?></h1>
<dl class="facts">
<?cs call:fact(W.item_ask.class, Item.Class) ?>
<?cs if:Item.System ?><div><dt><?cs var:W.item_ask.system ?></dt><dd class="number"><?cs var:Item.System ?></dd></div><?cs /if ?>
<?cs call:fact(W.item_ask.date, Item.Date) ?>
<?cs call:figure(W.item_ask.ours, Item.Ours) ?>
<?cs call:figure(W.item_ask.theirs, Item.Theirs) ?>
<?cs if:Step.Amount ?><div><dt><?cs var:W.item_ask.amount ?></dt><dd><strong>¥<?cs var:Step.Amount ?></strong></dd></div><?cs /if ?>
</dl>
<p class="question"><?cs var:Step.About ?></p>
<?cs call:form_begin("/console/item/ask?id=" + Item.Id + "&action=" + Step.Name) ?>
<?cs call:field(Form.way) ?>
<?cs call:field(Form.reason) ?>
<?cs call:form_end(W.item_ask.go, "/console/item?id=" + Item.Id) ?>
<?cs call:page_end() ?>
