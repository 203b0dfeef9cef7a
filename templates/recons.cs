<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.recons.title) ?>
<div class="head"><h1><?cs var:W.recons.title ?></h1></div>
<form method="get" action="/console/recon" class="filters"><div class="filter"><label for="f-system"><?cs var:W.recons.system ?></label>
<select class="form-select form-select-sm" id="f-system" name="system"><?cs each:c = Choice ?><option value="<?cs var:c.Name ?>"><?cs var:c.Name ?></option><?cs /each ?></select></div>
<div class="filter"><label for="f-date"><?cs var:W.recons.date ?></label><input class="form-control form-control-sm" type="date" id="f-date" name="date" value="<?cs var:Before ?>" autocomplete="off"></div>
<div class="filter-end"><button type="submit" class="btn btn-sm btn-main"><?cs var:W.recons.open ?></button></div></form>
<div id="live-recons" data-live>
<?cs if:subcount(Job) > 0 ?><section aria-labelledby="s-jobs"><h2 id="s-jobs"><?cs var:W.recons.jobs ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.recons.date ?></th><th scope="col"><?cs var:W.recons.system ?></th><th scope="col"><?cs var:W.recons.phase ?></th><th scope="col" class="money"><?cs var:W.recons.done ?></th><th scope="col"><?cs var:W.recons.since ?></th><th scope="col"><?cs var:W.recons.by ?></th></tr></thead>
<tbody><?cs each:j = Job ?>
<tr><td class="nowrap"><a href="/console/recon?system=<?cs var:url_escape(j.System) ?>&amp;date=<?cs var:j.Day ?>"><?cs var:j.Date ?></a></td><td><?cs var:j.System ?></td><td><?cs call:state("pending", j.Phase) ?></td><td class="money"><?cs var:j.Done ?><?cs if:j.Total ?> / <?cs var:j.Total ?><?cs /if ?></td><td class="time"><?cs var:j.Since ?></td><td><?cs var:j.By ?></td></tr><?cs /each ?>
</tbody></table></div></section><?cs /if ?>
<section aria-labelledby="s-results"><h2 id="s-results"><?cs var:W.recons.results ?></h2>
<?cs if:subcount(Recon) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.recons.date ?></th><th scope="col"><?cs var:W.recons.system ?></th><th scope="col"><?cs var:W.recons.state ?></th><th scope="col" class="money"><?cs var:W.recons.ours ?></th><th scope="col" class="money"><?cs var:W.recons.theirs ?></th><th scope="col" class="money"><?cs var:W.recons.differences ?></th><th scope="col" class="money"><?cs var:W.recons.doubt ?></th><th scope="col"><?cs var:W.recons.ended ?></th><th scope="col"><?cs var:W.recons.by ?></th></tr></thead>
<tbody><?cs each:r = Recon ?>
<tr><td class="nowrap"><a href="/console/recon?system=<?cs var:url_escape(r.System) ?>&amp;date=<?cs var:r.Day ?>"><?cs var:r.Date ?></a></td><td><?cs var:r.System ?></td><td><?cs call:state(r.Colour, r.State) ?></td><td class="money"><?cs var:r.OursCount ?> · ¥<?cs var:r.OursAmount ?></td><td class="money"><?cs var:r.TheirsCount ?> · ¥<?cs var:r.TheirsAmount ?></td><td class="money"><?cs var:r.Differences ?></td><td class="money"><?cs var:r.Doubt ?></td><td class="time"><?cs var:r.EndedAt ?></td><td><?cs var:r.By ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><?cs call:empty_plain(W.recons.empty) ?><?cs /if ?></section>
</div>
<?cs call:pages() ?>
<?cs call:page_end() ?>
