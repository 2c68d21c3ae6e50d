namespace Cano.Notebooks;

/// <summary>The notebook of the examples, run and looked at.</summary>
public sealed class OrdersNotebookTests(RunNotebook run) : IClassFixture<RunNotebook>
{
    /// <summary>Writes into the page what stands outside its picture, and which texts lie on each
    /// other.</summary>
    private const string Look = """
        <pre id="told"></pre>
        <script>
        const told = [];
        for (const svg of document.querySelectorAll('svg')) {
          const whole = svg.getBoundingClientRect();
          const texts = [...svg.querySelectorAll('text')];
          for (const part of svg.querySelectorAll('text, rect, path:not(marker path)')) {
            const at = part.getBoundingClientRect();
            if (at.left < whole.left - 1 || at.right > whole.right + 1 || at.top < whole.top - 1 || at.bottom > whole.bottom + 1)
              told.push('outside its picture: ' + (part.textContent || part.outerHTML));
          }
          for (const one of texts)
            for (const other of texts) {
              const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
              if (one !== other && a.left + 1 < b.right && b.left + 1 < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom)
                told.push('on each other: ' + one.textContent + ', ' + other.textContent);
            }
        }
        told.push(document.querySelectorAll('svg').length + ' pictures, ' + document.querySelectorAll('table').length + ' tables');
        document.getElementById('told').textContent = told.join('\n');
        </script>
        """;

    [Fact]
    [Trait("ID", "Y40")]
    public void It_runs_from_its_first_cell_to_its_last()
    {
        Assert.Empty(run.Errors);
        Assert.Equal(5, run.Shown.Count);
        Assert.Contains("can be undone", run.Shown[0]);
        Assert.Contains(">Shipped<", run.Shown[1]);
        Assert.Contains(">undo Charging<", run.Shown[2]);
        Assert.Contains("nobody approved it", run.Shown[3]);
        Assert.Contains("0 9 * * MON-FRI", run.Shown[4]);
    }

    [BrowserFact]
    [Trait("ID", "Y40")]
    public async Task What_it_shows_is_whole_and_can_be_read()
    {
        var pictures = Directory
            .CreateDirectory(Path.Combine(SolutionFolder.Path, "artifacts", "pictures"))
            .FullName;
        var page = Path.Combine(pictures, "orders.html");
        await File.WriteAllTextAsync(
            page,
            "<!doctype html><meta charset=\"utf-8\"><body style=\"background:#888\">"
                + string.Join("<hr>", run.Shown)
                + Look
        );
        Assert.Equal("3 pictures, 2 tables", await Browser.ToldByAsync(page));

        // For people: what they see is what was looked at.
        var drawn = Path.Combine(pictures, "orders.png");
        File.Delete(drawn);
        await Browser.DrawAsync(page, drawn, 1_000, 1_400);
        Assert.True(new FileInfo(drawn).Length > 20_000, "the page is drawn, and not blank");
    }
}
