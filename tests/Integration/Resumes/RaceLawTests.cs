using Cano.Reliability.Racing;

namespace Cano.Integration.Resumes;

/// <summary>The law: a mark is taken only by what was accepted. Whoever starts, resumes and cancels one run,
/// in whatever order the store answers them, it is worked on once and nobody leaves it lying.</summary>
public sealed class RaceLawTests
{
    private const int OrdersCount = 300;

    public static TheoryData<string, bool, bool> Kinds()
    {
        var kinds = new TheoryData<string, bool, bool>();
        foreach (var kind in new[] { "task", "branch", "stepped", "compensatable", "poll", "load" })
        {
            kinds.Add(kind, false, false);
            kinds.Add(kind, true, false);
        }

        kinds.Add("task", true, true);
        return kinds;
    }

    [Theory]
    [Trait("ID", "F65"), Trait("ID", "F45")]
    [MemberData(nameof(Kinds))]
    public Task One_run_is_worked_on_once_in_whatever_order_it_is_started_resumed_and_cancelled(
        string kind,
        bool isInterrupted,
        bool isCancelled
    ) =>
        // The pool has no synchronization context: what is let go on does so at once.
        Task.Run(async () =>
        {
            for (var seed = 0; seed < OrdersCount; seed++)
                await new Race<Stage>(body => Made(kind, body), Stage.Start, seed)
                {
                    IsInterrupted = isInterrupted,
                    IsCancelled = isCancelled,
                }.RunAsync();
        });

    private static Workflow<Stage> Made(string kind, Func<CancellationToken, Task> body) =>
        Workflow
            .Bare<Stage>()
            .RegisterKind(kind, (Stage.Start, Stage.End), (_, token) => body(token))
            .AddExitState(Stage.End)
            .WithName("mine");
}
