namespace Cano.Integration.Provision;

/// <summary>Records whose parameters resources fill.</summary>
public sealed class BindTests
{
    [Fact]
    [Trait("ID", "P11")]
    public void A_parameter_is_the_resource_of_its_name_or_of_its_key()
    {
        var resources = new Resources()
            .Insert("bank", "of England")
            .Insert("Town", "York")
            .Insert("retries", 3)
            .Insert(Stage.Work, 7L);
        Assert.Equal(new Needs("of England", "York", 3, 7, "none"), resources.Bind<Needs>());
    }

    [Fact]
    [Trait("ID", "P11")]
    public void A_default_stands_where_nothing_is_there_and_gives_way_where_something_is()
    {
        Assert.Equal(new Optional(5), new Resources().Bind<Optional>());
        Assert.Equal(new Optional(8), new Resources().Insert("limit", 8).Bind<Optional>());
    }

    [Fact]
    [Trait("ID", "P11")]
    public void What_is_missing_or_of_another_type_is_told_by_its_key()
    {
        var missing = Failures.Of(() => new Resources().Bind<Needs>());
        Assert.Equal("resource_not_found", missing.Category);
        Assert.Contains("'bank'", missing.Message, StringComparison.Ordinal);
        var mismatch = Failures.Of(() => new Resources().Insert("limit", "many").Bind<Optional>());
        Assert.Equal("Resource 'limit' is a String, not a Int32", mismatch.Message);
        Assert.Equal("configuration", Failures.Of(() => new Resources().Bind<Closed>()).Category);
    }

    [Fact]
    [Trait("ID", "P11")]
    public async Task A_body_binds_what_its_run_has()
    {
        var seen = new List<Own>();
        var workflow = Workflow
            .Create<Stage>(new Resources().InsertPerRun("basket", () => new List<int>()))
            .Register(
                Stage.Start,
                context =>
                {
                    seen.Add(context.Resources.Bind<Own>());
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.NotSame(seen[0].Basket, seen[1].Basket);
    }

    [Fact]
    [Trait("ID", "P11")]
    public void A_key_is_a_text_or_an_enums_value()
    {
        Assert.Equal("Work", new ResourceKeyAttribute(Stage.Work).Key);
        Assert.Throws<ArgumentException>(() => new ResourceKeyAttribute(7));
        Assert.Throws<ArgumentException>(() => new ResourceKeyAttribute(""));
    }

    private sealed record Needs(
        string Bank,
        string Town,
        [ResourceKey("retries")] int Count,
        [ResourceKey(Stage.Work)] long Work,
        string Nobody = "none"
    );

    private sealed record Own(List<int> Basket);

    private readonly record struct Optional(int Limit = 5);

    private sealed class Closed
    {
        private Closed() { }
    }
}
