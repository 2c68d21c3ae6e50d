using Cano.Examples.Programs;

namespace Cano.Integration.Examples;

/// <summary>Each small program writes exactly what its reader is promised.</summary>
public sealed partial class ProgramsTests
{
    private const string OutOfReach =
        "Join condition not met: 0 of 3 tasks completed successfully, strategy: Quorum(2); errors: "
        + "task 0: InvalidOperationException: no connection; "
        + "task 1: InvalidOperationException: no connection";

    [Fact]
    public Task ThreeSources_adds_up_what_its_sources_answer() =>
        WritesAsync(
            ThreeSources.RunAsync,
            """
            3 sources, total 60
            Complete

            """
        );

    [Fact]
    public Task Order_leaves_by_the_exit_that_fits() =>
        WritesAsync(
            Order.RunAsync,
            """
            charging 39.80
            lamp: Complete
            chair: Failed

            """
        );

    [Fact]
    public Task DataProcessing_runs_three_processors_over_the_same_numbers() =>
        WritesAsync(
            DataProcessing.RunAsync,
            """
            3 processors: 55, 110, 165
            Complete, total 330

            """
        );

    [Fact]
    public Task JoinStrategies_counts_what_became_of_each_branch() =>
        WritesAsync(
            JoinStrategies.RunAsync,
            $"""
            All of 3 shards: 3 ok, 0 failed, 0 cancelled
            Any of 3 providers: 1 ok, 0 failed, 2 cancelled
            Quorum 3 of 5 replicas: 3 ok, 0 failed, 2 cancelled
            Percentage 0.75 of 100 records: 75 ok, 25 failed, 0 cancelled
            PartialResults 2 of 4 services: 2 ok, 0 failed, 2 cancelled
            PartialTimeout over 4 engines: 1 ok, 1 failed, 2 cancelled
            Quorum 2 of 3, out of reach: {OutOfReach}

            """
        );

    [Fact]
    public Task CustomStore_gives_each_run_findings_of_its_own() =>
        WritesAsync(
            CustomStore.RunAsync,
            """
            "typed, not stringly typed" scores 4
            Done
            "typed, not stringly typed" scores 4
            Done

            """
        );

    [Fact]
    public Task CrashAndResume_runs_Work_again_and_Start_once() =>
        WritesAsync(
            CrashAndResume.RunAsync,
            """
            Start runs
            Work runs on 1000 rows under a new key
            died in work: IOException: power failure
            Work runs on 1000 rows under the same key
            Done

            """
        );

    private static async Task WritesAsync(Func<TextWriter, Task> program, string expected)
    {
        using var output = new StringWriter { NewLine = "\n" };
        await program(output);
        Assert.Equal(expected.ReplaceLineEndings("\n"), output.ToString());
    }
}
