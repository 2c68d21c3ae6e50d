namespace Cano.Examples.Programs;

/// <summary>A plain class as a resource: typed fields in the place of keys, known to the compiler.</summary>
public static class CustomStore
{
    private enum State
    {
        Fetch,
        Score,
        Done,
    }

    /// <summary>What one run finds out.</summary>
    private sealed class Findings
    {
        public string? Text { get; set; }

        public int Score { get; set; }
    }

    public static async Task RunAsync(TextWriter output)
    {
        // A workflow value may run many times at once. PerRun makes the findings afresh for each run;
        // with plain Insert all runs would write into one object.
        var resources = new Resources().InsertPerRun("findings", () => new Findings());
        var workflow = Workflow
            .Create<State>(resources)
            .Register(
                State.Fetch,
                context =>
                {
                    context.Get<Findings>("findings").Text = "typed, not stringly typed";
                    return State.Score;
                }
            )
            .Register(
                State.Score,
                context =>
                {
                    var findings = context.Get<Findings>("findings");
                    findings.Score = findings.Text!.Split(' ').Length;
                    output.WriteLine($"\"{findings.Text}\" scores {findings.Score}");
                    return State.Done;
                }
            )
            .AddExitState(State.Done);

        output.WriteLine(await workflow.OrchestrateAsync(State.Fetch));
        output.WriteLine(await workflow.OrchestrateAsync(State.Fetch));
    }
}
