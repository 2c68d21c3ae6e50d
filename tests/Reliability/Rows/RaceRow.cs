using Cano.Reliability.Racing;

namespace Cano.Reliability.Rows;

/// <summary>Starts, resumes and cancels of one run at once, in every order in which a store may answer them:
/// one works on it, and nobody leaves it lying.</summary>
internal static class RaceRow
{
    public static ScoreRow Row { get; } =
        new(
            30,
            "race",
            "of those who start, resume and cancel one run at once one works on it, and it comes to its end",
            QuickCount: 500,
            FullCount: 20_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        long steps = 0;
        for (var trial = 0; trial < trials.Count; trial++)
        {
            var number = trial;
            steps += await Trial.RunAsync(
                trials,
                number,
                "a race",
                async () =>
                {
                    var first = await RaceAsync(trials, number);
                    var again = await RaceAsync(trials, number);
                    Broken.Unless(first == again, $"one seed gave two orders:\n{first}\n{again}");
                    return first.Count(letter => letter == ' ') + 1L;
                }
            );
        }

        return $"{trials.Count:N0} orders, each twice, {steps:N0} steps; 0 runs worked on twice, 0 left lying";
    }

    private static Task<string> RaceAsync(Trials trials, int trial)
    {
        var chance = trials.Chance(trial);
        var kind = chance.Next(3);
        return new Race<string>(body => Made(kind, body), "work", chance.Next())
        {
            IsInterrupted = chance.Next(2) == 0,
            IsCancelled = chance.Next(3) == 0,
        }.RunAsync();
    }

    private static Workflow<string> Made(int kind, Func<CancellationToken, Task> body)
    {
        var workflow = kind switch
        {
            0 => Workflow
                .Bare<string>()
                .Register(
                    "work",
                    async (_, token) =>
                    {
                        await body(token);
                        return "done";
                    },
                    TaskConfig.Minimal
                ),
            1 => Workflow
                .Bare<string>()
                .RegisterWithCompensation<int>(
                    "work",
                    async (_, token) =>
                    {
                        await body(token);
                        return ("done", 1);
                    },
                    (_, _, _) => default,
                    TaskConfig.Minimal
                ),
            _ => Workflow
                .Bare<string>()
                .RegisterStepped<int>(
                    "work",
                    async (_, _, token) =>
                    {
                        await body(token);
                        return StepOutcome.Done("done");
                    },
                    TaskConfig.Minimal
                ),
        };
        return workflow.AddExitState("done").WithName("mine");
    }
}
