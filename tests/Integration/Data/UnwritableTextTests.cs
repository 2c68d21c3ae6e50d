namespace Cano.Integration.Data;

/// <summary>A text that UTF-8 cannot give back comes back as another one: it is refused where it is
/// given.</summary>
public sealed class UnwritableTextTests
{
    private const string Half = "half \ud83d";

    [Fact]
    [Trait("ID", "F47")]
    public void A_key_of_durable_data_that_would_come_back_as_another_is_refused()
    {
        var store = MemoryStore.Durable();
        Assert.Equal("store", Assert.Throws<CanoException>(() => store.Put(Half, 1)).Error.Category);
        Assert.Equal("store", Assert.Throws<CanoException>(() => store.Append(Half, 1)).Error.Category);
        Assert.Equal(0, store.Count);
    }

    [Fact]
    [Trait("ID", "F47"), Trait("ID", "Y12")]
    public void A_journaled_workflow_whose_names_would_come_back_as_others_is_refused()
    {
        var workflow = Workflow
            .Bare<string>()
            .Register(Half, _ => "end")
            .AddExitState("end")
            .WithName($"{Half} too");
        workflow.Validate();
        var refusal = Assert.Throws<CanoException>(
            workflow.WithCheckpointStore(new MemoryCheckpointStore()).Validate
        );
        Assert.Equal(2, refusal.Error.Problems.Count);
    }
}
