// Bars of the dashboard, from the table beside them; without this script the table stands alone.
'use strict';

(() => {
    const canvas = document.querySelector('[data-chart="hours"]');
    if (!canvas)
        return;
    const rows = [...document.querySelectorAll('#hours tbody tr')];
    const yuan = (name) => rows.map((row) => Number(row.dataset[name]) / 100);
    const bars = (label, name, colour, edge) => ({
        label, data: yuan(name), backgroundColor: colour, borderColor: edge, borderWidth: 1, maxBarThickness: 32,
    });
    new Chart(canvas, {
        type: 'bar',
        data: {
            labels: rows.map((row) => row.dataset.hour),
            datasets: [
                bars(canvas.dataset.before, 'before', '#dfe9e2', '#7d9487'),
                bars(canvas.dataset.today, 'now', '#14532d', '#14532d'),
            ],
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            scales: { x: { grid: { display: false } }, y: { beginAtZero: true } },
            plugins: { legend: { position: 'top', align: 'end', labels: { boxWidth: 12 } } },
        },
    });
})();
