namespace Cano.Examples.Agent;

/// <summary>The input of a run.</summary>
/// <param name="Task">What is to be done: the name of the script that the model follows.</param>
/// <param name="StepsMax">How many tools may be used for it.</param>
public sealed record Assignment(string Task, int StepsMax);

/// <summary>What the model wants done.</summary>
public sealed record ToolCall(string Tool, string Arguments)
{
    public override string ToString() => $"{Tool} {Arguments}".TrimEnd();
}

/// <summary>What was done, and what came of it: the run's memory is a list of these.</summary>
/// <param name="Call">What the model wanted.</param>
/// <param name="Observation">What it is told of that.</param>
/// <param name="HasFailed">Whether the tool failed, or a person refused.</param>
public sealed record Deed(ToolCall Call, string Observation, bool HasFailed = false)
{
    public override string ToString() => $"{Call} → {Observation}";
}

/// <summary>What an approval carries.</summary>
/// <param name="Step">Which call is meant: an approval is good for no other.</param>
public sealed record Approval(int Step);

/// <summary>What a refusal carries.</summary>
/// <param name="Step">Which call is meant.</param>
/// <param name="Why">What the model is told.</param>
public sealed record Refusal(int Step, string Why);
