namespace Cano.Reliability.Signals;

/// <summary>The workflow of the runs that get letters: three states that wait, two of them not for
/// ever.</summary>
internal static class Mailing
{
    public static readonly string[] Names = ["a", "b", "c"];

    public static readonly string[] States = ["first", "second", "third"];

    private static readonly string[] s_next = [.. States, "done"];

    /// <summary>The signals that a state waits for.</summary>
    public static string[] Awaited(string state) =>
        state switch
        {
            "first" => ["a", "b"],
            "second" => ["b", "c"],
            "third" => ["a", "c"],
            _ => [],
        };

    /// <param name="called">Hears of each call of a body, and throws where it is to fail.</param>
    /// <param name="snapshotEvery">After so many rows; null: never.</param>
    public static Workflow<string> Of(Action<string, Letter> called, int? snapshotEvery)
    {
        var workflow = Workflow
            .Bare<string>()
            .WithName("mailing")
            .RegisterWait("first", For("first").After(TimeSpan.FromSeconds(10), "late"))
            .Register("late", _ => "second", TaskConfig.Minimal)
            .RegisterWait("second", For("second"))
            .RegisterWait("third", For("third").After(TimeSpan.FromSeconds(4), "first"))
            .AddExitState("done");
        return snapshotEvery is { } rows ? workflow.WithSnapshotEvery(rows) : workflow;

        Wait<string> For(string state) =>
            Awaited(state)
                .Aggregate(
                    Wait.For<string>(),
                    (wait, name) =>
                        wait.On(
                            new Signal<Letter>(name),
                            (context, letter, _) =>
                            {
                                called(context.RunId, letter);
                                return new ValueTask<string>(letter.Next);
                            },
                            TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero),
                            s_next
                        )
                );
    }
}
