namespace Cano.Reliability.Golden;

// The children.
internal sealed partial class GoldenFamily
{
    /// <summary>Gives what it was given. The first that is asked while a journal is written fails.</summary>
    private Workflow<string> Fickle() =>
        Workflow
            .Bare<string>()
            .WithName("fickle")
            .Register(
                "tries",
                context =>
                {
                    _tell(context.RunId, $"tries {context.Input<int>()}");
                    FailOnce();
                    context.SetOutput(context.Input<int>());
                    return "end";
                },
                s_once
            )
            .AddExitState("end");

    /// <summary>Reserves, which can be undone, and gives what it was given, doubled. Fails with what is below
    /// zero: with -10 it cannot reserve, with -20 not undo that.</summary>
    private Workflow<string> Leaf() =>
        Workflow
            .Bare<string>()
            .WithName("leaf")
            .WithWorkflowVersion(3)
            .Accepts<int>()
            .RegisterWithCompensation<int>(
                "reserve",
                (context, _) =>
                {
                    _tell(context.RunId, "reserves");
                    return context.Input<int>() == -10
                        ? throw new InvalidOperationException("on purpose")
                        : new(("gives", 8));
                },
                (context, reserved, _) =>
                {
                    _tell(context.RunId, $"gives back {reserved}");
                    return context.Input<int>() == -20
                        ? throw new InvalidOperationException("on purpose")
                        : default(ValueTask);
                },
                s_once
            )
            .Register(
                "gives",
                context =>
                {
                    _tell(context.RunId, $"gives {2 * context.Input<int>()}");
                    if (context.Input<int>() < 0)
                        throw new InvalidOperationException("on purpose");
                    context.SetOutput(2 * context.Input<int>());
                    return "given";
                },
                s_once
            )
            .AddExitState("given");

    /// <summary>Is given nothing, and gives nothing.</summary>
    private Workflow<string> Greeting() =>
        Workflow
            .Bare<string>()
            .WithName("greeting")
            .Register(
                "greet",
                context =>
                {
                    _tell(context.RunId, "greets");
                    return "greeted";
                },
                s_once
            )
            .AddExitState("greeted");

    /// <summary>Waits for what never comes.</summary>
    private static Workflow<string> Patient() =>
        Workflow
            .Bare<string>()
            .WithName("patient")
            .RegisterWait("waits", Wait.For<string>().On(s_never, "end"))
            .AddExitState("end");
}
