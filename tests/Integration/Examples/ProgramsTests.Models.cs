using Cano.Examples.Programs;

namespace Cano.Integration.Examples;

// One model of work each.
public sealed partial class ProgramsTests
{
    [Fact]
    public Task Polling_asks_until_it_is_ready_and_forgives_one_failure() =>
        WritesAsync(
            Polling.RunAsync,
            """
            ready? (1)
            ready? (2)
            ready? (3)
            no answer
            fetched
            Done

            """
        );

    [Fact]
    public Task Waiting_waits_twice() =>
        WritesAsync(
            Waiting.RunAsync,
            """
            good night
            good morning
            Done

            """
        );

    [Fact]
    public Task Batching_keeps_a_failed_item_in_its_place() =>
        WritesAsync(
            Batching.RunAsync,
            """
            0: 700 bytes
            1: FormatException: notes.txt is no picture
            2: 900 bytes
            Incomplete

            """
        );

    [Fact]
    public Task Streaming_flushes_windows_and_drops_a_bad_item() =>
        WritesAsync(
            Streaming.RunAsync,
            """
            1, 2, 6: average 3
            4, 5, 9: average 6
            8: average 8
            Exhausted
            Done

            """
        );

    [Fact]
    public Task Guarding_refuses_what_keeps_failing_and_what_comes_too_often() =>
        WritesAsync(
            Guarding.RunAsync,
            """
            first: Circuit breaker is open, 2 calls so far
            second: Circuit breaker is open, 2 calls so far
            called
            reserved, and given back
            called
            not now

            """
        );
}
