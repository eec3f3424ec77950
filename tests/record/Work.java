// Recorded with a perf map: interfaces, lambdas, inner classes, recursion, collections, strings,
// threads with names of their own.
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;

public class Work {
    interface Shape { double area(); }

    record Square(double side) implements Shape {
        public double area() { return side * side; }
    }

    static class Circle implements Shape {
        private final double radius;
        Circle(double radius) { this.radius = radius; }
        public double area() { return Math.PI * radius * radius; }
    }

    static final class Counter {
        private final Map<String, Long> counts = new HashMap<>();
        void count(String word) { counts.merge(word, 1L, Long::sum); }
        long work(int n) { return n < 2 ? n : work(n - 1) + work(n - 2); }
    }

    static double shapes(int n) {
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i < n; i++)
            shapes.add(i % 2 == 0 ? new Square(i) : new Circle(i));
        shapes.sort(Comparator.comparingDouble(Shape::area).reversed());
        return shapes.stream().mapToDouble(Shape::area).sum();
    }

    static long fold(long[] values, LongBinaryOperator add) {
        long sum = 0;
        for (long v : values)
            sum = add.applyAsLong(sum, v);
        return sum;
    }

    static long words(Counter counter, int n) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < n; i++)
            text.append("word").append(i % 50).append(' ');
        for (String word : text.toString().split(" "))
            counter.count(word);
        return text.length();
    }

    static void run(long end) {
        Counter counter = new Counter();
        long[] values = new long[5000];
        double sum = 0;
        while (System.nanoTime() < end) {
            sum += shapes(2000) + counter.work(18) + words(counter, 800);
            sum += fold(values, (a, b) -> a * 31 + b);
        }
        if (sum == 42)
            System.out.println(sum);
    }

    public static void main(String[] args) throws Exception {
        double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 3;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        Thread named = new Thread(() -> run(end), "http-nio-80-1");
        Thread spaced = new Thread(() -> run(end), "pool 1 thread 2");
        named.start();
        spaced.start();
        run(end);
        named.join();
        spaced.join();
    }
}
