namespace Cano.Notebooks;

/// <summary>A notebook is what its script makes.</summary>
public sealed class LiterateTests
{
    [Fact]
    [Trait("ID", "Y40")]
    public async Task The_notebook_is_made_from_its_script()
    {
        var file = Path.Combine(Checkout.Notebooks, "orders.ipynb");
        var made = Literate.Notebook(
            await File.ReadAllTextAsync(Path.Combine(Checkout.Notebooks, "orders.fsx"))
        );
        if (Environment.GetEnvironmentVariable("CANO_APPROVE") is not null)
            await File.WriteAllTextAsync(file, made);
        Assert.True(
            made == await File.ReadAllTextAsync(file),
            "orders.ipynb is not what orders.fsx makes: run this test with CANO_APPROVE=1"
        );
    }
}
