<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.posting.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.posting.crumbs ?>"><a href="/console/ledger"><?cs var:W.posting.back ?></a></nav>
<h1><?cs var:W.posting.title ?> · <?cs var:Posting.Kind ?></h1>
<dl class="facts">
<div><dt><?cs var:W.posting.no ?></dt><dd><?cs call:number(Posting.Id) ?></dd></div>
<?cs call:fact(W.posting.date, Posting.Date) ?><?cs call:fact(W.posting.at, Posting.At) ?><?cs call:fact(W.posting.org, Posting.Org) ?>
<div><dt><?cs var:W.posting.keeper ?></dt><dd><a href="/console/ledger/account?id=<?cs var:Posting.Keeper ?>"><?cs var:Posting.Keeper ?></a> · <?cs var:W.posting.seq ?> <?cs var:Posting.Seq ?></dd></div>
<?cs if:Posting.Of ?><div><dt><?cs var:W.posting.document ?></dt><dd><?cs if:Posting.Document ?><a class="number" href="<?cs var:url_validate(Posting.Document) ?>"><?cs var:Posting.Of ?></a><?cs else ?><span class="number"><?cs var:Posting.Of ?></span><?cs /if ?></dd></div><?cs /if ?>
</dl>
<section aria-labelledby="s-entries"><h2 id="s-entries"><?cs var:W.posting.entries ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.posting.account ?></th><th scope="col" class="money"><?cs var:W.posting.debit ?></th><th scope="col" class="money"><?cs var:W.posting.credit ?></th></tr></thead><tbody>
<?cs each:e = Entry ?><tr><td><?cs var:e.Account ?> <?cs var:e.Of ?></td><td class="money"><?cs var:e.Debit ?></td><td class="money"><?cs var:e.Credit ?></td></tr>
<?cs /each ?></tbody><tfoot><tr><th scope="row"><?cs var:W.posting.sum ?></th><td class="money"><?cs var:Sum ?></td><td class="money"><?cs var:Sum ?></td></tr></tfoot></table></div></section>
<?cs call:page_end() ?>
