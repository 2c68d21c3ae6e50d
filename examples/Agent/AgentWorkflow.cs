namespace Cano.Examples.Agent;

/// <summary>How a task goes: the model plans, and then says again and again which tool to use, until it has
/// an answer or may use no more. What reaches outside waits until a person has allowed it.</summary>
/// <remarks>What the model said is in the row of the state that follows: it is not asked again, whatever
/// happens there.</remarks>
public sealed class AgentWorkflow(Model model, IReadOnlyList<ITool> tools, Action<string> tell)
{
    public static readonly Signal<Approval> Allow = new("allow");
    public static readonly Signal<Refusal> Refuse = new("refuse");

    public Workflow<Step> Workflow() =>
        Cano
            .Workflow.Create<Step>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("agent")
            .Accepts<Assignment>()
            .Returns<string>(at: [Step.Answered])
            .Register(Step.Plan, PlanAsync, to: [Step.Think])
            .Register(
                Step.Think,
                ThinkAsync,
                to: [Step.Think, Step.Ask, Step.Use, Step.Answered, Step.GaveUp]
            )
            .RegisterWait(
                Step.Ask,
                Wait.For<Step>()
                    .On(Allow, Allowed, to: [Step.Use, Step.Ask])
                    .On(Refuse, Refused, to: [Step.Think, Step.Ask])
            )
            .Register(Step.Use, UseAsync, to: [Step.Think])
            .AddExitStates(Step.Answered, Step.GaveUp);

    private async Task<Step> PlanAsync(TaskContext context, CancellationToken token)
    {
        var task = context.Input<Assignment>().Task;
        var plan = await model.PlanAsync(task, context.EffectKey, token);
        tell($"{context.RunId}: the plan: {plan}");
        new Memory(context.Store).Plan = plan;
        return Step.Think;
    }

    private async Task<Step> ThinkAsync(TaskContext context, CancellationToken token)
    {
        var memory = new Memory(context.Store);
        var (task, stepsMax) = context.Input<Assignment>();
        if (memory.Step > stepsMax)
            return Step.GaveUp;
        var reply = await model.NextAsync(task, memory.Deeds, context.EffectKey, token);
        if (reply.Call is not { } call)
        {
            tell($"{context.RunId}: the answer: {reply.Answer}");
            context.SetOutput(reply.Answer);
            return Step.Answered;
        }

        if (tools.FirstOrDefault(tool => tool.Name == call.Tool) is not { } wanted)
            return Done(context, new Deed(call, $"there is no tool '{call.Tool}'", HasFailed: true));
        memory.Wanted = call;
        if (!wanted.ReachesOutside)
            return Step.Use;
        tell($"{context.RunId}: {Words.Asks(memory.Step, call)}");
        return Step.Ask;
    }

    /// <summary>One that is meant for another call is not taken for this one: it waits on.</summary>
    private static Step Allowed(TaskContext context, Approval approval) =>
        approval.Step == new Memory(context.Store).Step ? Step.Use : Step.Ask;

    private Step Refused(TaskContext context, Refusal refusal)
    {
        var memory = new Memory(context.Store);
        return refusal.Step == memory.Step
            ? Done(context, new Deed(memory.Wanted, $"refused: {refusal.Why}", HasFailed: true))
            : Step.Ask;
    }

    private async Task<Step> UseAsync(TaskContext context, CancellationToken token)
    {
        var call = new Memory(context.Store).Wanted;
        var tool = tools.First(tool => tool.Name == call.Tool);
        try
        {
            return Done(
                context,
                new Deed(call, await tool.UseAsync(call.Arguments, context.EffectKey, token))
            );
        }
        catch (ToolException failure)
        {
            return Done(context, new Deed(call, failure.Message, HasFailed: true));
        }
    }

    /// <summary>The model hears of it next, whatever came of it.</summary>
    private Step Done(TaskContext context, Deed deed)
    {
        var memory = new Memory(context.Store);
        tell($"{context.RunId}: {memory.Step}. {deed}");
        memory.Add(deed);
        return Step.Think;
    }
}
