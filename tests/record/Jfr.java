/** Some work to be recorded by the JVM itself: running, allocating, waiting for a lock, and in native code. */
public class Jfr {
    static long sum;
    static Object kept;

    static long digits(long n) {
        for (int i = 0; i < 5000; i++)
            n = (n * 31 + 7) % 1000003;
        return n;
    }

    static void parse(long n) {
        sum += digits(n);
    }

    static void keep(int n) {
        kept = new long[100 + n % 7];
    }

    static synchronized void locked(long until) {
        for (int i = 0; i < 2000 && System.nanoTime() < until; i++)
            parse(i);
    }

    static void contend(long until) {
        while (System.nanoTime() < until)
            locked(until);
    }

    public static void main(String[] words) throws Exception {
        long until = System.nanoTime() + (long) (Double.parseDouble(words[0]) * 1e9);
        Thread[] threads = {new Thread(() -> contend(until), "left"), new Thread(() -> contend(until), "right")};
        for (Thread thread : threads)
            thread.start();
        for (int n = 0; System.nanoTime() < until; n++) {
            keep(n);
            parse(n);
        }
        for (Thread thread : threads)
            thread.join();
    }
}
