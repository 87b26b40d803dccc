import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/**
 * Whether somebody has looked for an element: scrolled to it, followed a link to it or to what will stand in
 * its place, or printed the page. That it is in view of a page that nobody has scrolled does not count.
 */
export function useLookedFor(element: RefObject<HTMLElement | null>): boolean {
  const [isLookedFor, setIsLookedFor] = useState(false);
  useEffect(() => {
    const place = element.current;
    if (place === null || isLookedFor) return;
    const found = (): void => setIsLookedFor(true);
    let isInView = false;
    const onScroll = (): void => {
      if (isInView && window.scrollY > 0) found();
    };
    const onHash = (): void => {
      const id = window.location.hash.slice(1);
      if (id === place.id || (id !== "" && document.getElementById(id) === null)) found();
    };
    const observer = new IntersectionObserver((entries) => {
      isInView = entries.some((entry) => entry.isIntersecting);
      onScroll();
    });
    observer.observe(place);
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener("scroll", onScroll, { passive: true, signal });
    window.addEventListener("hashchange", onHash, { signal });
    window.addEventListener("beforeprint", found, { signal });
    onHash();
    return () => {
      observer.disconnect();
      listening.abort();
    };
  }, [element, isLookedFor]);
  return isLookedFor;
}
