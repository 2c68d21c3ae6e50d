using Cano.Examples.Programs;

namespace Cano.Integration.Examples;

// Whole workflows.
public sealed partial class ProgramsTests
{
    [Fact]
    public Task ProcessorNode_prepares_executes_and_posts() =>
        WritesAsync(
            ProcessorNode.RunAsync,
            """
            Complete: "HELLO, NODES"
            Complete: ""

            """
        );

    [Fact]
    public Task EmailNode_sends_again_when_the_server_was_busy() =>
        WritesAsync(
            EmailNode.RunAsync,
            """
            busy, once more
            complete

            """
        );

    [Fact]
    public Task ThirteenStates_reaches_an_exit_in_each_of_four_ways() =>
        WritesAsync(
            ThirteenStates.RunAsync,
            """
            good: Complete
              Start LoadData Validate Process QualityCheck Enrich Complete
            fair after a retry: Complete
              Start LoadData Validate Sanitize Process QualityCheck Retry Process QualityCheck BasicProcess Complete
            poor: Failed
              Start LoadData Validate Process QualityCheck Retry Process QualityCheck Retry Process QualityCheck Retry Process QualityCheck Failed
            critical: Failed
              Start LoadData Validate Error Cleanup Failed

            """
        );

    [Fact]
    public Task ConcurrentBatch_counts_what_became_of_its_instances() =>
        WritesAsync(
            ConcurrentBatch.RunAsync,
            """
            wait for all: 2 completed, 1 failed, 0 cancelled
              Broken-2: IOException: no such file
              Quick-0: Done
              Quick-1: Done
            wait for a quota of 2: 2 completed, 0 failed, 1 cancelled
              Endless-1: Workflow cancelled
              Quick-0: Done
              Quick-2: Done
            wait for 50 ms: 0 completed, 0 failed, 3 cancelled
              Endless-0: Workflow cancelled
              Endless-1: Workflow cancelled
              Endless-2: Workflow cancelled
            5 instances were under way at once

            """
        );

    [Fact]
    public Task PaymentSaga_refunds_then_releases_and_fails_with_the_original_error() =>
        WritesAsync(
            PaymentSaga.RunAsync,
            """
            reserve 2 lamps
            charge 40
            refund 40 of charge-1
            release reservation-1
            failed in Ship: InvalidOperationException: no courier today

            """
        );

    [Fact]
    public Task AdExchange_finds_a_winner_among_those_in_time_and_fans_errors_out() =>
        WritesAsync(
            AdExchange.RunAsync,
            """
            request-1: 3 bids, partner-3 wins with 30
            request-1: Complete
            request-2: workflow in Context
            request-2: Failed

            """
        );

    [Fact]
    public Task SteppedImport_goes_on_at_the_journaled_cursor() =>
        WritesAsync(
            SteppedImport.RunAsync,
            """
            starts
            died: IOException: power failure at row 600
            goes on at row 600
            Done
            400 steps were left to the second run

            """
        );

    [Fact]
    public Task ScheduledDay_runs_a_day_and_a_half_of_flows_on_a_virtual_clock() =>
        WritesAsync(
            ScheduledDay.RunAsync,
            """
            nightly
              Sun 2026-03-29 03:00:00 +02:00  02:30 does not exist on 2026-03-29 in Europe/Berlin: runs at 03:00
              Mon 2026-03-30 02:30:00 +02:00
              Tue 2026-03-31 02:30:00 +02:00
            flaky: Backoff, 1 failed in a row, next at 12:02
            flaky: Tripped, 3 failed in a row
            flaky: Idle, 0 failed in a row, next at 12:11
            flaky: Completed, 0 failed in a row, next at 12:12
            pulse: 4321 runs
            sync: 433 runs
            report: 19 runs
            nightly: 1 runs
            tenants: 7 runs
            flaky: 2153 runs
            import: 1 runs
            stopped

            """
        );
}
