namespace Cano.Integration.Errors;

public sealed class CategoryTests
{
    public static TheoryData<string> Categories =>
        [
            "task_execution",
            "store",
            "workflow",
            "configuration",
            "retry_exhausted",
            "timeout",
            "workflow_timeout",
            "cancelled",
            "circuit_open",
            "rate_limited",
            "checkpoint_store",
            "compensation_failed",
            "generic",
            "resource_not_found",
            "resource_type_mismatch",
            "resource_duplicate_key",
            "workflow_version_mismatch",
            "orphaned_compensation",
            "suspended",
            "run_not_found",
            "run_ended",
            "input_missing",
            "input_type_mismatch",
            "output_missing",
        ];

    [Theory]
    [Trait("ID", "C1"), Trait("ID", "C2")]
    [MemberData(nameof(Categories))]
    public void Every_fault_has_its_category(string category)
    {
        var error = Sample(category);
        Assert.Equal(category, error.Category);
        Assert.NotEmpty(error.Message);
        Assert.NotEmpty(error.ToString());
    }

    [Theory]
    [Trait("ID", "C1")]
    [MemberData(nameof(Categories))]
    public async Task An_error_thrown_by_a_task_reaches_the_caller_with_its_category(string category)
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => throw new CanoException(Sample(category)), TaskConfig.Minimal)
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(category, error.Category);
        Assert.Equal("Start", error.State);
        Assert.Equal(Sample(category).Message, error.Message);
    }

    [Theory]
    [Trait("ID", "C13")]
    [MemberData(nameof(Categories))]
    public void Errors_with_the_same_content_are_equal(string category)
    {
        Assert.Equal(Sample(category), Sample(category));
        Assert.Equal(Sample(category).GetHashCode(), Sample(category).GetHashCode());
        Assert.NotEqual(Sample(category), CanoError.Of(Fault.NewGeneric("other")));
    }

    [Fact]
    [Trait("ID", "C13")]
    public async Task Errors_of_two_like_runs_are_equal_and_of_two_unlike_runs_are_not()
    {
        var workflow = new Trail()
            .Through(Stage.Start, Stage.Work, Stage.End)
            .Register(Stage.Work, _ => throw new IOException("disk"), TaskConfig.Minimal);
        var first = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        var second = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        var shorter = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Work));
        Assert.Equal(first, second);
        Assert.NotEqual(first, shorter);
    }

    [Fact]
    [Trait("ID", "C4")]
    public void Exhausted_retries_tell_the_last_message_and_a_failed_rollback_the_first()
    {
        Assert.Equal("last", Sample("retry_exhausted").Message);
        Assert.Equal("original", Sample("compensation_failed").Message);
        Assert.Equal(
            ["original", "undo"],
            Sample("compensation_failed").Errors.Select(error => error.Message)
        );
    }

    [Theory]
    [Trait("ID", "C5"), Trait("ID", "Y24")]
    [MemberData(nameof(Categories))]
    public void Only_exhausted_retries_have_a_source(string category) =>
        Assert.Equal(category == "retry_exhausted", Sample(category).Source is not null);

    [Fact]
    [Trait("ID", "C12")]
    public void Errors_read_well_as_text()
    {
        Assert.Equal("Retry exhausted after 3 attempt(s): last", Sample("retry_exhausted").ToString());
        Assert.Equal(
            "Compensation failed (2 error(s)); original: original; compensation #1: undo",
            Sample("compensation_failed").ToString()
        );
        Assert.Equal("Workflow cancelled", Sample("cancelled").ToString());
    }

    private static CanoError Text(string text) => CanoError.Of(Fault.NewGeneric(text));

    private static CanoError Sample(string category) =>
        CanoError.Of(
            category switch
            {
                "task_execution" => Fault.NewTaskExecution("text"),
                "store" => Fault.NewStore("text"),
                "workflow" => Fault.NewWorkflow("text"),
                "configuration" => Fault.NewConfiguration(["one", "two"]),
                "retry_exhausted" => Fault.NewRetryExhausted(3, Text("last")),
                "timeout" => Fault.NewTimeout("text"),
                "workflow_timeout" => Fault.NewWorkflowTimeout(
                    TimeSpan.FromSeconds(2),
                    TimeSpan.FromSeconds(1)
                ),
                "cancelled" => Fault.Cancelled,
                "circuit_open" => Fault.CircuitOpen,
                "rate_limited" => Fault.NewRateLimited("tier", TimeSpan.FromSeconds(1)),
                "checkpoint_store" => Fault.NewCheckpointStore("text"),
                "compensation_failed" => Fault.NewCompensationFailed([Text("original"), Text("undo")]),
                "generic" => Fault.NewGeneric("text"),
                "resource_not_found" => Fault.NewResourceNotFound("key"),
                "resource_type_mismatch" => Fault.NewResourceTypeMismatch("key", "A", "B"),
                "resource_duplicate_key" => Fault.NewResourceDuplicateKey("key"),
                "workflow_version_mismatch" => Fault.NewWorkflowVersionMismatch(1, 2),
                "orphaned_compensation" => Fault.NewOrphanedCompensation("task", [1, 2]),
                "suspended" => Fault.NewSuspended("text"),
                "run_not_found" => Fault.NewRunNotFound("text"),
                "run_ended" => Fault.NewRunEnded("text"),
                "input_missing" => Fault.NewInputMissing("text"),
                "input_type_mismatch" => Fault.NewInputTypeMismatch("text"),
                "output_missing" => Fault.NewOutputMissing("text"),
                _ => throw new ArgumentOutOfRangeException(nameof(category)),
            }
        );
}
