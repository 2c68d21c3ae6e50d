namespace Cano.Runtime.Errors;

/// <summary>The one place where exceptions become errors.</summary>
internal static class Faults
{
    /// <summary>A body's failure: a <see cref="CanoException"/> keeps its error.</summary>
    public static CanoError OfTask(Exception thrown) =>
        (
            thrown is CanoException known
                ? known.Error
                : CanoError.Of(Fault.NewTaskExecution(UserText.Of(thrown)))
        ).Thrown(thrown);

    /// <summary>Whether what a body threw tells of a mistake in the program: no other try helps, and it says
    /// nothing about what the body calls.</summary>
    public static bool IsMistake(Exception thrown) =>
        thrown is CanoException known && Kernel.Retry.IsMistake(known.Error);

    /// <summary>What a faulted task threw. Throwing it once more would cost more than all else that a retry
    /// needs.</summary>
    public static Exception Behind(Task faulted) => faulted.Exception!.InnerException!;

    public static CanoError AttemptTimeout { get; } =
        CanoError.Of(Fault.NewTimeout("task attempt exceeded attempt_timeout"));

    public static CanoError ForwardTimeout(string task) =>
        CanoError.Of(Fault.NewTimeout($"compensatable task `{task}` forward run exceeded attempt_timeout"));

    public static CanoError CompensationTimeout(string task) =>
        CanoError.Of(Fault.NewTimeout($"compensate for `{task}` exceeded attempt_timeout"));

    /// <summary>A clock threw.</summary>
    public static CanoError OfClock(Exception thrown) =>
        CanoError
            .Of(Fault.NewWorkflow($"the clock of the workflow throws {UserText.Of(thrown)}"))
            .Thrown(thrown);

    /// <summary>A store's failure, whatever it threw.</summary>
    /// <param name="doing">What the engine asked of the store.</param>
    /// <param name="thrown">What came back.</param>
    public static CanoError OfStore(string doing, Exception thrown) =>
        CanoError
            .Of(
                Fault.NewCheckpointStore(
                    thrown is CanoException { Error.Fault: Fault.CheckpointStore store }
                        ? $"{doing}: {store.Text}"
                        : $"{doing}: {UserText.Of(thrown)}"
                )
            )
            .Thrown(thrown);
}
